package emit

import (
	"fmt"
	"strings"
)

// cLevels are the CPU levels that a library may have variants for.
var cLevels = []int{2, 3, 4}

// levels writes NAME_levels.c: the exported functions of a library with several variants, which go
// through the table of the variant in use.
func (c *cUnit) levels() []byte {
	w := &cWriter{}
	w.linef("%s", c.generated())
	w.linef("#include \"%s.h\"\n#include \"kg_level.h\"\n", FileName(c.o.Name))
	w.linef("const char %s[] = \"%s\";\n", FingerprintSymbol(c.o.Name), c.o.Fingerprint)
	c.table(w)
	for _, level := range cLevels {
		c.variant(w, level)
	}
	c.choose(w)
	for _, b := range c.layouts {
		w.linef("int32_t %[1]s(struct %[1]s *b)\n{\n\treturn table ? table->%[1]s(b) : KG_NO_LEVEL;\n}\n", Symbol(c.o.Name, b.Func.Name))
	}
	return w.buf.Bytes()
}

// table writes the type of a variant's table of kernels.
func (c *cUnit) table(w *cWriter) {
	w.open("struct table {")
	w.linef("int level;")
	for _, b := range c.layouts {
		w.linef("int32_t (*%[1]s)(struct %[1]s *);", Symbol(c.o.Name, b.Func.Name))
	}
	w.close("};")
	w.linef("")
}

// variant writes the table of one level, if the library has it.
func (c *cUnit) variant(w *cWriter, level int) {
	entries := []string{fmt.Sprint(level)}
	w.linef("#if KG_LEVELS & (1 << %d)", level)
	for _, b := range c.layouts {
		s := Symbol(c.o.Name, b.Func.Name)
		w.linef("KG_HIDDEN int32_t %s_v%d(struct %s *);", s, level, s)
		entries = append(entries, fmt.Sprintf("%s_v%d", s, level))
	}
	w.linef("static const struct table table_v%[1]d = {%[2]s};\n#define TABLE_V%[1]d &table_v%[1]d", level, strings.Join(entries, ", "))
	w.linef("#else\n#define TABLE_V%d NULL\n#endif\n", level)
}

// choose writes the choice at load and the function that changes it.
func (c *cUnit) choose(w *cWriter) {
	w.linef(`static const struct table *const tables[] = {NULL, NULL, TABLE_V2, TABLE_V3, TABLE_V4};
static const struct table *table;

static const struct table *best_table(void)
{
	for (int level = kg_cpu_level(); level >= 2; level--)
		if (tables[level] != NULL)
			return tables[level];
	return NULL;
}

__attribute__((constructor)) static void choose(void) { table = best_table(); }

int32_t %s(struct kg_level *l)
{
	const struct table *wanted = l->want == 0 ? best_table() : NULL;
	l->best = kg_cpu_level();
	if (l->want >= 2 && l->want <= l->best)
		wanted = tables[l->want];
	if (wanted != NULL)
		table = wanted;
	l->have = table != NULL ? table->level : 0;
	l->built = KG_LEVELS;
	return wanted != NULL ? 0 : 1;
}
`, LevelSymbol(c.o.Name))
}
