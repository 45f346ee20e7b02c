// padding in a union
union u { struct { float a; double b; } s; double n; };
int callee(int a, union u x, int b);

#ifdef CALLEE
int callee(int a, union u x, int b) { return a == 1 && x.n == 2.7 && b == 3; }
#endif
#ifdef CALLER
int main(void) { union u x = { .n = 2.7 }; return callee(1, x, 3); }
#endif
