package ctype

// rules are what makes a difference between compilers.
type rules struct {
	place        placing
	clang        bool // clang's ways where they differ from gcc's
	unnamedAlign bool // a bit-field without a name counts for the alignment of its record: AAPCS64
}

// placing is a family of rules for fields.
type placing uint8

const (
	placeGNU placing = iota
	placeMicrosoft
	placeMingw
)

// rules returns those of the target's own compiler: gcc, clang or Microsoft's.
func (t Target) rules() rules {
	if t.OS == "linux" {
		return t.gcc()
	}
	return t.clang()
}

// gcc returns the rules of gcc.
func (t Target) gcc() rules {
	r := rules{unnamedAlign: t == Target{"linux", "arm64"}}
	if t.OS == "windows" {
		r.place = placeMingw
	}
	return r
}

// clang returns the rules of clang, which on Windows are Microsoft's.
func (t Target) clang() rules {
	r := t.gcc()
	r.clang = true
	if t.OS == "windows" {
		r.place = placeMicrosoft
	}
	return r
}

// placer puts the fields of one record into memory, one after the other.
type placer interface {
	plain(f *Field, e extent) FieldLayout            // only Offset is set
	bitField(f *Field, e extent) (FieldLayout, bool) // only Bit and Width are; false where the compiler follows a rule of its own
	finish() extent
}

// placer returns what places the fields of a record.
func (r rules) placer(t *Type) placer {
	m := microsoft{record: t.Record, union: t.Kind == Union, align: 1, required: 1}
	switch r.place {
	case placeMicrosoft:
		return &m
	case placeMingw:
		return &mingw{m}
	}
	return &gnu{rules: r, record: t.Record, union: t.Kind == Union, align: 1}
}
