// packed long double
struct __attribute__((packed)) s { long double n; };
int callee(double a, double b, double c, double d, double e, double f, double g, double h, double i, struct s x);

#ifdef CALLEE
int callee(double a, double b, double c, double d, double e, double f, double g, double h, double i, struct s x) { return i == 9 && x.n == 2; }
#endif
#ifdef CALLER
int main(void) { struct s x = { 2 }; return callee(1, 2, 3, 4, 5, 6, 7, 8, 9, x); }
#endif
