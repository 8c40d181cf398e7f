//! Belvo the whole way: client, mock and receiver together. Tests that begin with `seed_`, here and in the crates, hold a
//! sentence of Belvo's article on links:
//!
//! | the article says | `seed_…` |
//! |---|---|
//! | the sandbox has a host of its own | `each_environment_has_its_host` |
//! | register the user, then widget, webhook, GET | `register_the_user_first_then_widget_webhook_and_get` |
//! | wait for `historical_update` | `wait_for_the_historical_update_of_each_resource`, `the_historical_update_says_that_data_may_be_fetched` |
//! | single links fetch what was asked for | `a_single_link_fetches_what_was_asked_for_and_nothing_of_itself` |
//! | 428 has session, expiry, link, kind and value | `each_kind_is_asked_with_session_expiry_link_and_generation_data`, `each_kind_brings_what_the_user_needs`, `the_picture_is_a_png_in_base64` |
//! | `expiry` is text; `expect_user_input` in prose, `expects_…` in samples | `the_expiry_is_text_or_a_number`, `user_input_is_expected_under_both_names_and_by_default` |
//! | the message is localised | `the_code_tells_a_second_factor_and_no_message_in_whatever_language` |
//! | PATCH with session, link and token makes the link, 201 | `each_kind_of_second_factor_is_asked_and_answered`, `the_answer_names_session_link_and_token`, `the_link_must_be_that_of_the_428` |
//! | a code is good for 30 or 60 seconds, then another 428 | `a_code_that_comes_late_is_replaced_by_a_new_428`, `a_late_code_brings_a_new_one_and_a_late_session_ends` |
//! | four statuses, and the way back to valid | `the_four_statuses_and_the_way_back_to_valid`, `update_mode_mends_the_same_link`, `a_link_that_worked_may_need_another_token` |
//! | seven days, or 6, 12, 24 hours, 30 days by agreement | `a_recurrent_link_is_brought_up_to_date_as_often_as_it_says`, `each_refresh_rate_can_be_agreed_with_sales`, `a_monthly_link_has_a_day_from_the_1st_to_the_20th_and_keeps_it` |
//! | `external_id`: three characters, letters, digits, `-`, `_` | `three_characters_are_enough_and_two_are_not` |
//! | personal data becomes null without an error | `an_external_id_that_looks_personal_becomes_null_without_an_error`, `a_personal_external_id_is_dropped_without_an_error` |
//! | orphans are found by `external_id` and adopted | `orphans_are_adopted_at_the_start_of_a_session` |
//! | duplicates have one `institution_user_id`; the new id replaces the old | `a_duplicate_is_replaced_by_its_newer_twin_and_deleted` |
//! | prevention on request: 400 `duplicated`, the widget's error event; unconfirmed links do not count | `duplicates_can_be_prevented_and_unconfirmed_links_do_not_count`, `a_prevented_duplicate_leads_to_the_link_that_there_is`, `the_widget_tells_of_a_duplicate_with_its_error_event` |
//! | links are listed (with POST in its samples, with GET in the reference) | `links_are_listed_with_get_and_filtered` |

mod desk;
mod links;
mod mfa;
mod refresh;
mod user;
mod widget;
