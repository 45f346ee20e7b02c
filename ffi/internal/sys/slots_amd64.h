// The table of slots, for the assembly file that has the entry.

DATA	·slotsCode(SB)/8, $slots<>(SB)
GLOBL	·slotsCode(SB), NOPTR|RODATA, $8

// A slot calls the common entry, which tells the slot by the return address, and returns to C itself, so that calls and returns
// pair up as the processor predicts them. It is 8 bytes long.
#define SLOT	CALL entry<>(SB); RET; BYTE $0xCC; BYTE $0xCC;
#define SLOTS4	SLOT SLOT SLOT SLOT
#define SLOTS16	SLOTS4 SLOTS4 SLOTS4 SLOTS4
#define SLOTS64	SLOTS16 SLOTS16 SLOTS16 SLOTS16
#define SLOTS256	SLOTS64 SLOTS64 SLOTS64 SLOTS64
#define SLOTS1024	SLOTS256 SLOTS256 SLOTS256 SLOTS256
#define SLOTS4096	SLOTS1024 SLOTS1024 SLOTS1024 SLOTS1024

TEXT slots<>(SB), NOSPLIT|NOFRAME, $0
	SLOTS4096
	SLOTS4096
	SLOTS4096
	SLOTS4096
