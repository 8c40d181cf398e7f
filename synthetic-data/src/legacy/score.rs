use klavi_types::Amount;
use klavi_types::legacy::ScoreDetail;

use super::Holdings;

/// A number of the customer's own; which range it has is not documented, here that of the one example's kind.
pub(super) fn detail(holdings: &Holdings<'_>) -> ScoreDetail {
    let score = holdings.customer.rng(&["score"]).i64(300..=950);
    let mut detail = ScoreDetail::default();
    detail.score_k1 = score.to_string().parse::<Amount>().ok().map(Into::into);
    detail.version = Some("v1.0".into());
    detail
}
