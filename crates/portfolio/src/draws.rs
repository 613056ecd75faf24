//! Numbers drawn at random for tests, the same every time.

pub(crate) struct Draws(pub u64);

impl Draws {
    /// Between 0 and 1, without the 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
