// Functions that take a block, as kernels do.
#include <stdint.h>

int32_t empty(void *block) { (void)block; return 0; }

// status returns the block's first word.
int32_t status(void *block) { return *(int32_t *)block; }

// wide leaves garbage above the 32 bits of the result.
int64_t wide(void *block) { (void)block; return 0x7eadbeefffffffff - 41; }

// same reports whether the block is where the second word says.
int32_t same(void *block) { return ((void **)block)[1] == block; }

struct sum { const int64_t *data; int64_t len, result; };

int32_t sum(void *block) {
	struct sum *s = block;
	s->result = 0;
	for (int64_t i = 0; i < s->len; i++) s->result += s->data[i];
	return 0;
}

// deep uses a megabyte of stack, more than a goroutine starts with.
int32_t deep(void *block) {
	volatile char room[1 << 20];
	for (int i = 0; i < 1 << 20; i += 4096) room[i] = 1;
	return room[(1 << 20) - 4096] + *(int32_t *)block;
}
