#include <cblas.h>

// LAPACK's Cholesky factorisation and its solver, which OpenBLAS holds and Debian's headers do not declare.
void dpotrf_(const char *triangle, const int *order, double *matrix, const int *leading, int *info);
void dpotrs_(
    const char *triangle, const int *order, const int *columns, const double *matrix, const int *leading,
    double *values, const int *leadingOfValues, int *info);
