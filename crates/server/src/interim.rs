//! Stands in for rooms that are being built.
#[derive(Clone, Copy)]
pub struct Level(u8);
impl Level {
    pub fn number(self) -> u8 {
        self.0
    }
}
#[derive(Default)]
pub struct Rule;
pub fn levels(v: &[i64], _: Rule) -> Vec<Level> {
    let mut order: Vec<usize> = (0..v.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(v[*i]));
    let mut out = vec![Level(1); v.len()];
    for (place, i) in order.iter().enumerate() {
        out[*i] = Level(5 - (place * 5 / v.len().max(1)) as u8);
    }
    out
}
pub struct P {
    pub customers: f64,
    pub value: f64,
}
pub struct C {
    pub points: Vec<P>,
    v: Vec<i64>,
}
impl C {
    pub fn share_of_best(&self, s: f64) -> Option<f64> {
        let t: i64 = self.v.iter().sum();
        let n = (self.v.len() as f64 * s).ceil() as usize;
        (t > 0).then(|| self.v[..n].iter().sum::<i64>() as f64 / t as f64)
    }
}
pub fn concentration(v: &[i64]) -> C {
    let t = v.iter().sum::<i64>().max(1) as f64;
    let n = v.len();
    let points = (0..=100)
        .filter(|_| n > 0)
        .map(|p| {
            let k = n * p / 100;
            P { customers: p as f64 / 100.0, value: v[..k].iter().sum::<i64>() as f64 / t }
        })
        .collect();
    C { points, v: v.to_vec() }
}
