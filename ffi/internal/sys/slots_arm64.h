// The table of slots, for the assembly file that has the entry.

DATA	·slotsCode(SB)/8, $slots<>(SB)
GLOBL	·slotsCode(SB), NOPTR|RODATA, $8

// A slot leaves its own address in R16 (ADR X16, .), which a callee may use as it likes, and goes on in the common entry.
// It is 8 bytes long.
#define SLOT	WORD $0x10000010; JMP entry<>(SB);
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
