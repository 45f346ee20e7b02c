package machine

import "testing"

func TestHeader(t *testing.T) {
	for line, want := range map[string]bool{
		"a.F STEXT size=83 args=0x0 locals=0x40 funcid=0x0 align=0x0":                    true,
		"a.F STEXT dupok nosplit size=83 args=0x0 locals=0x40 funcid=0x0 align=0x0 leaf": true,
		`go:string."a: b" SRODATA dupok size=19`:                                         true,
		`type:.eq.struct { F int "x size=3" } SRODATA static dupok size=19`:              true,
		"a.goCover_f6__0 SCOVERAGE_COUNTER size=16":                                      true,
		" SDWARFVAR size=39":                                              true,
		"a.go:1:2: x escapes to heap":                                     false,
		`a.go:1:2: "x STEXT size=5" escapes to heap`:                      false,
		`a.go:1:2: "x SRODATA size=5 y" escapes to heap`:                  false,
		`a.go:1:2: inlining call to F[struct { X int "a STEXT size=5" }]`: false,
		"STEXT size=3":          false,
		"a.F STEXT size=83":     false,
		"a.F stext size=3":      false,
		"a.F STEXT Size size=3": false,
		"a.F STEXT size=":       false,
		"a.F STEXT size=3 x":    false,
		"a.F SRODATA size=3 args=0x0 locals=0x40 funcid=0x0 align=0x0":         false,
		"\t0x0000 00000 (/m/a.go:9)\tTEXT\ta.F(SB), NOSPLIT|ABIInternal, $8-4": false,
	} {
		if _, got := parseHeader([]byte(line)); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
