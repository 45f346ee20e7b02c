/* Go programs for Windows want this library's ProcessPrng when they start, and wine before version 9 has none. */
#include <windows.h>

/* advapi32's RtlGenRandom goes by this name. */
BOOLEAN WINAPI SystemFunction036(PVOID data, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
	const SIZE_T most = 1 << 30;

	while (size > 0) {
		ULONG n = (ULONG)(size < most ? size : most);
		if (!SystemFunction036(data, n))
			return FALSE;
		data += n;
		size -= n;
	}
	return TRUE;
}
