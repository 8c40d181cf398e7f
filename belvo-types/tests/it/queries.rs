//! Filters of lists, in Belvo's names.

use belvo_types::api::{
    AccessMode, ConsentQuery, InstitutionQuery, InstitutionStatus, InstitutionType, LinkQuery, LinkStatus,
    RefreshRate, Resource,
};
use belvo_types::{DateTime, ExternalId, LinkId};

#[test]
fn every_filter_of_links_has_its_name() {
    let id = |text: &str| LinkId::from(text);
    let user: ExternalId = "user-1".parse().unwrap();
    let time = |text: &str| text.parse::<DateTime>().unwrap();
    let query = LinkQuery::new()
        .page(2)
        .page_size(1000)
        .omit(["created_by"])
        .fields(["id", "status"])
        .access_mode(&AccessMode::Single)
        .created_at(time("2024-02-02"))
        .created_after(time("2024-02-02T10:00:00Z"))
        .created_from(time("2024-02-03"))
        .created_before(time("2024-02-04"))
        .created_until(time("2024-02-05"))
        .created_between(time("2024-02-06"), time("2024-02-07"))
        .created_by_not_in(["u1", "u2"])
        .external_id(&user)
        .external_id_in([&user, &"user-2".parse().unwrap()])
        .id(&id("a"))
        .id_in(&[id("a"), id("b")])
        .institution(&"x_br_retail".into())
        .institution_in(&["x_br_retail".into(), "y_br_retail".into()])
        .institution_user_id(&"u=-_".into())
        .institution_user_id_in(&["u".into()])
        .refresh_rate(&RefreshRate::SixHours)
        .status(&LinkStatus::Valid)
        .status_in(&[LinkStatus::Invalid, LinkStatus::TokenRequired]);
    let text: Vec<_> = query.parameters().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        text.join("&"),
        "page=2&page_size=1000&omit=created_by&fields=id,status&access_mode=single&created_at=2024-02-02\
         &created_at__gt=2024-02-02T10:00:00Z&created_at__gte=2024-02-03&created_at__lt=2024-02-04\
         &created_at__lte=2024-02-05&created_at__range=2024-02-06,2024-02-07&created_by__not_in=u1,u2\
         &external_id=user-1&external_id__in=user-1,user-2&id=a&id__in=a,b&institution=x_br_retail\
         &institution__in=x_br_retail,y_br_retail&institution_user_id=u=-_&institution_user_id__in=u&refresh_rate=6h\
         &status=valid&status__in=invalid,token_required"
    );
}

#[test]
fn institutions_and_consents_have_theirs() {
    let query = InstitutionQuery::new()
        .country_code("BR")
        .country_code_in(["BR", "MX"])
        .name(&"a".into())
        .name_in(&["a".into(), "b".into()])
        .display_name("A Bank")
        .with_all_resources(&[Resource::Accounts, Resource::Owners])
        .status(&InstitutionStatus::Healthy)
        .status_in(&[InstitutionStatus::Healthy, InstitutionStatus::Down])
        .r#type(&InstitutionType::Bank)
        .type_in(&[InstitutionType::Bank, InstitutionType::Fiscal])
        .website("https://a.example");
    let names: Vec<_> = query.parameters().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "country_code",
            "country_code__in",
            "name",
            "name__in",
            "display_name",
            "resources__allin",
            "status",
            "status__in",
            "type",
            "type__in",
            "website"
        ]
    );
    let query = ConsentQuery::of_user("12345678909").page(3).parameter("new_filter", "x");
    let parameters: Vec<_> = query.parameters().collect();
    assert_eq!(parameters, [("user_document", "12345678909"), ("page", "3"), ("new_filter", "x")]);
}

#[test]
fn the_last_value_of_a_filter_counts_and_no_value_shows() {
    let query = LinkQuery::new().page(1).external_id(&"user-1".parse().unwrap()).page(2);
    assert_eq!(query.parameters().collect::<Vec<_>>(), [("external_id", "user-1"), ("page", "2")]);
    assert_eq!(format!("{query:?}"), r#"LinkQuery(["external_id", "page"])"#);
}
