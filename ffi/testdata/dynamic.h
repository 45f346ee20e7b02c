// What testdata/dynamic.c defines, as the tests of CDef and Header read it.
#ifndef DYNAMIC_H
#define DYNAMIC_H

#include <stddef.h>

#define LIMIT 40
#define RATIO 1.5
#define NAME "dyna" "mic"
#define ALL_ONES ((void *)-1)
#define SQUARE(x) ((x) * (x))
#define plus add

enum color { RED, GREEN = 7 };

// A point in the plane.
struct point { int x, y; };

union number { int i; double d; unsigned char bytes[8]; };

struct big { long long v[9]; };

struct packet {
	unsigned char version : 4, kind : 3;
	int delta : 7;
	unsigned long long big : 50;
	_Bool flag : 1;
	struct point corners[3];
	union number value;
	struct { short left, right; };
	char name[8];
	const char *label;
	struct packet *next;
	double _Complex z;
	long double wide;
	unsigned __int128 huge;
	enum color color;
	int (*compare)(const void *, const void *);
	float f;
	int tail[];
};

extern int counter;
extern const char *const greeting;
extern struct point origin;

/* Adds two numbers. */
int add(int a, int b);
unsigned char low(unsigned char c);
signed char minus(signed char c);
_Bool not(_Bool b);
enum color next_color(enum color c);
unsigned long long top(void);
float half(float x);
double twice(double x);
long double third(long double x);
double _Complex turn(double _Complex z);
float _Complex turn_float(float _Complex z);
long double _Complex turn_long(long double _Complex z);
__int128 shift(__int128 x, int n);
unsigned __int128 widest(void);
void nothing(void);

struct point mirror(struct point p);
union number as_double(union number n);
struct big grow(struct big b, int by);
int area(const struct point *p);
struct point *furthest(struct point *p, int n);

size_t length(const char *s);
char *find(const char *s, char c);
void fill(char *buf, size_t n);
int sum4(const int v[static 4]);
int sum3(const int v[3]);
int first(int *p);
void *same(void *p);
int required(int *p) __attribute__((nonnull));
void *small_pointer(void);
int fail(int code);

int apply(int (*f)(int), int x);
int apply_any(void *f, int x);
struct point apply_point(struct point (*f)(struct point, double), struct point p);

int old_style();

int packet_size(void);
int packet_bits(struct packet *p);
void packet_fill(struct packet *p);
double add_all(const char *types, ...);

static inline int inlined(int x) { return x; }

#endif
