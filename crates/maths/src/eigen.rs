//! Eigenvalues and eigenvectors of a small symmetric matrix.

/// The eigenvalues of a symmetric matrix in rising order; `vectors[i]` is the unit eigenvector of `values[i]`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Eigen<const N: usize> {
    pub values: [f64; N],
    pub vectors: [[f64; N]; N],
}

/// Eigenvalues and eigenvectors by Jacobi's rotations (Golub & Van Loan, "Matrix Computations", algorithm 8.4.3).
///
/// Only for the handful of parameters of a model: the work grows with N³ per sweep. Entries must be finite.
pub fn eigen_symmetric<const N: usize>(matrix: &[[f64; N]; N]) -> Eigen<N> {
    let mut a = *matrix;
    let mut vectors = [[0.0; N]; N];
    for (i, row) in vectors.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for _sweep in 0..60 {
        let mut rotated = false;
        for p in 0..N {
            for q in p + 1..N {
                // Too small to change either diagonal entry: the pair is already diagonal.
                if a[p][q].abs()
                    <= f64::EPSILON * 1e-3 * (a[p][p] * a[q][q]).abs().sqrt().max(f64::MIN_POSITIVE)
                {
                    continue;
                }
                rotated = true;
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                for row in a.iter_mut() {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                for k in 0..N {
                    (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]);
                    (vectors[p][k], vectors[q][k]) =
                        (c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]);
                }
            }
        }
        if !rotated {
            break;
        }
    }
    let mut order: [usize; N] = std::array::from_fn(|i| i);
    order.sort_by(|&i, &j| a[i][i].total_cmp(&a[j][j]));
    Eigen { values: order.map(|i| a[i][i]), vectors: order.map(|i| vectors[i]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_put_together_again() {
        let matrix =
            [[4.0, 1.0, -2.0, 0.0], [1.0, 3.0, 0.5, 1e-9], [-2.0, 0.5, -1.0, 2.0], [0.0, 1e-9, 2.0, 1e6]];
        let eigen = eigen_symmetric(&matrix);
        for (i, row) in matrix.iter().enumerate() {
            for (j, expected) in row.iter().enumerate() {
                let entry: f64 =
                    (0..4).map(|k| eigen.values[k] * eigen.vectors[k][i] * eigen.vectors[k][j]).sum();
                assert!((entry - expected).abs() < 1e-9, "({i}, {j}): {entry}");
            }
        }
        assert!(eigen.values.is_sorted());
    }

    #[test]
    fn a_zero_matrix_has_zero_eigenvalues() {
        assert_eq!(eigen_symmetric(&[[0.0; 3]; 3]).values, [0.0; 3]);
    }
}
