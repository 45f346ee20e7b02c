// One library of many: VALUE tells them apart.
#include <stdint.h>

int32_t counter = VALUE;

int32_t value(void *block) { (void)block; return VALUE; }

int32_t count(void *block) { (void)block; return counter++; }
