// Prototypes that the tests of package plan call and get called by, each by what gcc and clang make of them.
// A comment "with" gives the types of arguments behind the "...", already promoted.

struct c1 { char c[1]; };
struct c2 { char c[2]; };
struct c3 { char c[3]; };
struct c5 { char c[5]; };
struct c6 { char c[6]; };
struct c7 { char c[7]; };
struct c8 { char c[8]; };
struct c11 { char c[11]; };
struct c13 { char c[13]; };
struct c16 { char c[16]; };
struct c17 { char c[17]; };
struct c100 { char c[100]; };
struct c700 { char c[700]; };
struct ci { char a; int b; };
struct cl { char a; long b; };
struct d { double a; };
struct dd { double a, b; };
struct ddd { double a, b, c; };
struct d4 { double a[2]; struct { double b, c; } d; };
struct d5 { double a[5]; };
struct f1 { float a; };
struct ff { float a, b; };
struct fff { float a, b, c; };
struct f4 { float a, b, c, d; };
struct lff { long a; float b, c; };
struct fl { float a; long b; };
struct dl { double a; long b; };
struct ld { long a; double b; };
struct fi { float a; int b; };
struct nested { struct { double a; } x; struct { int b; float c; } y[1]; };
struct gsl { double dat[2]; };
struct inner { struct dd a; };
struct fcf { float a; float _Complex b; };
struct cdd { double _Complex a; double b; };
struct pointers { char *a; void (*b)(void); };
struct bits { unsigned a : 17; int b : 12; float c; long long d : 40; };
struct bools { _Bool a, b : 1; char c; };
struct __attribute__((packed)) packed { char a; int b; };
struct __attribute__((packed)) epoll { unsigned events; unsigned long data; };
struct __attribute__((packed)) f3packed { float a; float b; float c; };
struct al16 { _Alignas(16) long a[4]; };
struct al16small { _Alignas(16) long a; long b; };
struct __attribute__((aligned(16))) outer { long a, b; };
union id { int a; double b; };
union cf { char a[3]; float b; };
union u16 { double a[2]; long b[2]; char c[9]; };
union fd { float a; double b[2]; };
union u3 { float a; float b[3]; };
enum e { minus = -1, zero, one };

void nothing(void);
signed char chars(char a, signed char b, unsigned char c, _Bool d);
unsigned short shorts(short a, unsigned short b, enum e c);
_Bool truth(_Bool a, int b, _Bool c);
long ints(int a, unsigned b, long c, unsigned long long d);
void *addresses(const char *a, void (*b)(int), int *c);
enum e enums(enum e a);
double floats(float a, double b, int c, float d);
float single(double a);
long stack(long a, long b, long c, long d, long e, long f, int g, char h, double i, short j, _Bool k, long l, signed char m, unsigned n);
double nine(double a, double b, double c, double d, double e, double f, double g, double h, double i, float j, int k, float l);
float _Complex complexfloat(float _Complex a, int b, float _Complex c);
double _Complex complexdouble(double _Complex a, double b);
float _Complex complexstack(double a, double b, double c, double d, double e, double f, double g, float _Complex h, float _Complex i, float _Complex j);

struct c1 bytes1(struct c1 a);
struct c2 bytes2(struct c2 a, struct c1 b);
struct c3 bytes3(struct c3 a, struct c3 b);
struct c5 bytes5(struct c5 a);
struct c6 bytes6(struct c6 a, char b);
struct c7 bytes7(struct c7 a);
struct c8 bytes8(struct c8 a);
struct c11 bytes11(struct c11 a);
struct c13 bytes13(struct c13 a, struct c13 b, struct c13 c, struct c13 d, struct c13 e);
struct c16 bytes16(struct c16 a);
struct c17 bytes17(struct c17 a, int b);
struct c100 bytes100(int a, struct c100 b, long c);
struct c700 bytes700(int a, struct c700 b, struct c17 c, struct c100 d);
struct ci charint(struct ci a);
struct cl charlong(struct cl a);
struct d onedouble(struct d a);
struct dd twodoubles(struct dd a);
struct ddd threedoubles(struct ddd a, double b);
struct d4 fourdoubles(struct d4 a, struct d4 b, struct d4 c);
struct d5 fivedoubles(struct d5 a, int b);
struct f1 onefloat(struct f1 a, float b);
struct ff twofloats(struct ff a);
struct fff threefloats(struct fff a, struct fff b, struct fff c, float d);
struct f4 fourfloats(struct f4 a, float b);
struct lff longfloats(struct lff a);
struct fl floatlong(struct fl a);
struct dl doublelong(struct dl a);
struct ld longdouble(struct ld a);
struct fi floatint(struct fi a);
struct nested nest(struct nested a);
struct gsl gsl_complex_add(struct gsl a, struct gsl b);
struct inner innerdoubles(struct inner a);
struct fcf floatcomplex(struct fcf a);
struct cdd complexes(struct cdd a);
struct pointers pair(struct pointers a, int b);
struct bits bitfields(struct bits a);
struct bools flags(struct bools a);
struct packed packedstruct(int a, struct packed b);
struct epoll event(struct epoll a);
struct f3packed packedfloats(struct f3packed a);
struct al16 aligned(char a, long b, long c, long d, long e, long f, long g, struct al16 h, int i);
struct al16small alignedsmall(char a, struct al16small b, long c, long d, long e, long f, struct al16small g, char h);
struct outer aligneddeep(char a, struct outer b, long c, long d, long e, long f, struct outer g, char h);
union id integerdouble(union id a);
union cf charfloat(union cf a);
union u16 union16(union u16 a);
union fd floatdoubles(union fd a);
union u3 unionfloats(union u3 a);

double split(double a, double b, double c, double d, double e, double f, double g, double h, struct dl s, long i);
long lastregister(long a, long b, long c, long d, long e, struct c16 s, long f, long g, struct c16 h);
long lastregister7(long a, long b, long c, long d, long e, long f, long g, struct c16 s, long h, struct c5 i, char j);
long references(long a, long b, long c, long d, long e, long f, long g, char h, struct c17 i, char j, struct ddd k);

int variadic(int n, ...); // with double, int, long, struct dl, struct c3, double, struct ff, struct c17, void *, double, int, struct d4, long
double manydoubles(const char *a, ...); // with double, double, double, double, double, double, double, double, double, double, int

#ifndef _WIN32
struct i128 { __int128 a; };
struct ldouble { long double a; };
struct cldouble { long double _Complex a; };
struct ldi { long double a; int b; };
union ldint { long double a; int b; };
union ldld { long double a; struct { long double c; } b; };
struct empty { };

__int128 wide(int a, __int128 b, unsigned __int128 c);
struct i128 wrapped(int a, struct i128 b, int c, struct i128 d, struct i128 e, char f, struct i128 g);
long double extended(long double a, int b, long double c);
long double _Complex complexextended(long double _Complex a, int b);
struct ldouble ldouble(int a, struct ldouble b, char c, struct ldouble d);
struct cldouble cldouble(struct cldouble a);
struct ldi ldi(struct ldi a);
union ldint mixed_x87(union ldint a);
union ldld same_x87(union ldld a);
struct empty empty(struct empty a, int b, struct empty c, long d);
long double ninequads(long double a, long double b, long double c, long double d, long double e, long double f, long double g, long double h, char i, long double j, float k);
int variadicwide(int n, ...); // with long double, int, struct ldouble, double
#endif
