#include <cblas.h>

// LAPACK's routines, which OpenBLAS holds and Debian's headers do not declare: Cholesky factorisation and its solver,
// eigenvectors of a symmetric matrix, QR factorisation and its orthogonal part.
void dpotrf_(const char *triangle, const int *order, double *matrix, const int *leading, int *info);
void dpotrs_(
    const char *triangle, const int *order, const int *columns, const double *matrix, const int *leading,
    double *values, const int *leadingOfValues, int *info);
void dsyev_(
    const char *job, const char *triangle, const int *order, double *matrix, const int *leading, double *values,
    double *work, const int *workSize, int *info);
void sgeqrf_(
    const int *rows, const int *columns, float *matrix, const int *leading, float *scalars, float *work,
    const int *workSize, int *info);
void sorgqr_(
    const int *rows, const int *columns, const int *reflections, float *matrix, const int *leading, const float *scalars,
    float *work, const int *workSize, int *info);
