// Symbols of all kinds.
#include <stdint.h>

int function(void) { return 1; }

static int first(void) { return 1; }
static void *pick(void) { return (void *)first; }
int picked(void) __attribute__((ifunc("pick")));

int32_t number = 1;
int32_t table[10] = {1};
const double constant = 1;
short weak __attribute__((weak)) = 1;
char common[24] __attribute__((common));
__thread long perThread = 1;

__asm__(".data\n.globl untyped\nuntyped: .long 1\n.text\n");
