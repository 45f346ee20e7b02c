// A library in the form that kgen writes, for the tests of package csrc.

#include "scale.h"
#include "kg_level.h"

const char scale_fingerprint[] = "0123";

struct table {
	int level;
	int32_t (*scale_Scale)(struct scale_Scale *);
};

#if KG_LEVELS & (1 << 2)
KG_HIDDEN int32_t scale_Scale_v2(struct scale_Scale *);
static const struct table table_v2 = {2, scale_Scale_v2};
#define TABLE_V2 &table_v2
#else
#define TABLE_V2 NULL
#endif

#if KG_LEVELS & (1 << 3)
KG_HIDDEN int32_t scale_Scale_v3(struct scale_Scale *);
static const struct table table_v3 = {3, scale_Scale_v3};
#define TABLE_V3 &table_v3
#else
#define TABLE_V3 NULL
#endif

#if KG_LEVELS & (1 << 4)
KG_HIDDEN int32_t scale_Scale_v4(struct scale_Scale *);
static const struct table table_v4 = {4, scale_Scale_v4};
#define TABLE_V4 &table_v4
#else
#define TABLE_V4 NULL
#endif

static const struct table *const tables[] = {NULL, NULL, TABLE_V2, TABLE_V3, TABLE_V4};
static const struct table *table;

static const struct table *best_table(void)
{
	for (int level = kg_cpu_level(); level >= 2; level--)
		if (tables[level] != NULL)
			return tables[level];
	return NULL;
}

__attribute__((constructor)) static void choose(void) { table = best_table(); }

int32_t scale_level(struct kg_level *l)
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

int32_t scale_Scale(struct scale_Scale *b)
{
	return table ? table->scale_Scale(b) : KG_NO_LEVEL;
}

