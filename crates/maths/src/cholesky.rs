//! Symmetric positive definite systems of any size.

/// The Cholesky factor of a symmetric positive definite matrix.
#[derive(Clone, Debug)]
pub struct Cholesky {
    size: usize,
    /// Lower triangle, row by row, full rows.
    factor: Vec<f64>,
}

impl Cholesky {
    /// Of a matrix given row by row (`size` × `size`); `None` where it is not positive definite to working
    /// precision. Golub & Van Loan (2013), "Matrix Computations", algorithm 4.2.1.
    ///
    /// ```
    /// let factor = maths::Cholesky::of(2, &[4.0, 2.0, 2.0, 3.0]).unwrap();
    /// let x = factor.solve(&[8.0, 7.0]);
    /// assert!((x[0] - 1.25).abs() < 1e-14 && (x[1] - 1.5).abs() < 1e-14);
    /// assert!(maths::Cholesky::of(2, &[1.0, 2.0, 2.0, 1.0]).is_none());
    /// ```
    pub fn of(size: usize, matrix: &[f64]) -> Option<Cholesky> {
        let mut factor = vec![0.0; size * size];
        for i in 0..size {
            let (above, row) = factor.split_at_mut(i * size);
            for j in 0..=i {
                let other = if j == i { &row[..j] } else { &above[j * size..j * size + j] };
                let product: f64 = row[..j].iter().zip(other).map(|(l, r)| l * r).sum();
                let rest = matrix[i * size + j] - product;
                if j < i {
                    row[j] = rest / above[j * size + j];
                } else if rest > 1e-14 * matrix[i * size + i].abs() && rest.is_finite() {
                    row[i] = rest.sqrt();
                } else {
                    return None;
                }
            }
        }
        Some(Cholesky { size, factor })
    }

    /// x with A x = `right`.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.size;
        let mut x = right.to_vec();
        for i in 0..n {
            let done: f64 = (0..i).map(|k| self.factor[i * n + k] * x[k]).sum();
            x[i] = (x[i] - done) / self.factor[i * n + i];
        }
        for i in (0..n).rev() {
            let done: f64 = (i + 1..n).map(|k| self.factor[k * n + i] * x[k]).sum();
            x[i] = (x[i] - done) / self.factor[i * n + i];
        }
        x
    }

    /// L z, where A = L Lᵀ: independent numbers of variance one become numbers with the covariances A.
    ///
    /// ```
    /// let factor = maths::Cholesky::of(2, &[4.0, 2.0, 2.0, 10.0]).unwrap();
    /// assert_eq!(factor.correlate(&[1.0, 1.0]), [2.0, 4.0]);
    /// ```
    pub fn correlate(&self, independent: &[f64]) -> Vec<f64> {
        self.factor
            .chunks_exact(self.size.max(1))
            .map(|row| row.iter().zip(independent).map(|(l, z)| l * z).sum())
            .collect()
    }

    /// The inverse of A, row by row.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.size;
        // L⁻¹ by rows, then L⁻ᵀ L⁻¹.
        let mut lower = vec![0.0; n * n];
        for i in 0..n {
            let (above, row) = lower.split_at_mut(i * n);
            for k in 0..i {
                let part = self.factor[i * n + k];
                for (cell, of_k) in row[..=k].iter_mut().zip(&above[k * n..=k * n + k]) {
                    *cell -= part * of_k;
                }
            }
            row[i] = 1.0;
            let diagonal = self.factor[i * n + i];
            row[..=i].iter_mut().for_each(|cell| *cell /= diagonal);
        }
        let mut inverse = vec![0.0; n * n];
        for row in lower.chunks(n).enumerate() {
            let (k, row) = row;
            for i in 0..=k {
                let part = row[i];
                for (cell, other) in inverse[i * n..=i * n + k].iter_mut().zip(&row[..=k]) {
                    *cell += part * other;
                }
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let n = 7_usize;
        let matrix: Vec<f64> = (0..n * n)
            .map(|cell| {
                let (i, j) = (cell / n, cell % n);
                1.0 / (1.0 + i.abs_diff(j) as f64) + if i == j { 0.5 } else { 0.0 }
            })
            .collect();
        let cholesky = Cholesky::of(n, &matrix).unwrap();
        let inverse = cholesky.inverse();
        for i in 0..n {
            for j in 0..n {
                let cell: f64 = (0..n).map(|k| matrix[i * n + k] * inverse[k * n + j]).sum();
                let one = if i == j { 1.0 } else { 0.0 };
                assert!((cell - one).abs() < 1e-12, "{i} {j} {cell}");
            }
        }
        let solved = cholesky.solve(&matrix[..n]);
        assert!((solved[0] - 1.0).abs() < 1e-12 && solved[1..].iter().all(|x| x.abs() < 1e-12));
    }
}
