//! The suite that every store passes: one case per clause of the contract.
//!
//! A store's crate runs all of them with one line in its tests, each as a test of its own:
//!
//! ```text
//! async fn open() -> (Arc<dyn Store>, TempDir) { .. }
//! parlor_store::conformance_tests!(open);
//! ```
//!
//! `open` gives an empty store and whatever must live as long as it. To add a case, write a `pub async fn` in the file of its subject and name it in
//! [`conformance_cases!`](crate::conformance_cases), where a test looks for it. A case says nothing that is not in the contract, and asks only through the trait.

pub mod accounts;
pub mod conversations;
pub mod counts;
pub mod feed;
pub mod heads;
pub mod invites;
pub mod keys;
pub mod logs;
pub mod membership;
pub mod messages;
pub mod relations;
pub mod retention;
pub mod scene;
pub mod sessions;
pub mod watermarks;

use std::sync::Arc;

use crate::Store;
use scene::Scene;

/// Runs one case on an empty store, and checks that the store is sound afterwards.
pub async fn run(store: Arc<dyn Store>, case: impl AsyncFnOnce(&Scene)) {
    let scene = Scene::new(store.clone());
    case(&scene).await;
    assert_eq!(store.check().await.expect("the store can be checked"), Vec::<String>::new(), "the store is sound afterwards");
}

/// Gives the names of all cases, by file, to a macro: `conformance_cases!([path::of_macro] argument)`.
#[macro_export]
macro_rules! conformance_cases {
    ([$($callback:tt)*] $($argument:tt)*) => {
        $($callback)* ! { ($($argument)*)
            logs {
                g3_seqs_are_gapless_from_one_in_each_log
                g3_concurrent_commits_share_no_seq
                what_was_appended_is_what_is_read
                a_stale_append_changes_nothing
                rules_versions_follow_the_events_that_change_rules
                events_change_what_the_conversation_says
                a_refused_write_leaves_its_neighbours_alone
                a_write_sees_those_before_it_in_its_batch
            }
            keys {
                g2_second_send_with_same_key_returns_the_first
                g2_same_key_with_another_digest_is_refused
                g2_keys_belong_to_sender_and_conversation
                g2_a_refused_send_leaves_its_key_free
                g2_a_retry_is_answered_before_the_rules_are_asked
                g2_keys_outlive_erased_and_trimmed_messages
            }
            conversations {
                a_new_conversation_is_what_its_first_events_say
                a_second_creation_with_the_same_id_or_key_gives_the_first
                a_direct_conversation_is_one_per_pair
                a_direct_conversation_with_who_is_blocked_is_closed
            }
            membership {
                g7_newcomers_read_what_history_gives_them
                g7_a_removal_closes_the_interval_at_its_own_seq
                g7_who_comes_back_has_two_intervals_and_keeps_their_own
                member_rows_carry_the_position_of_their_event
                strangers_stand_nowhere
                the_heir_is_the_longest_standing_admin_else_member
                pages_of_members_join_to_the_full_list
            }
            counts {
                own_messages_and_what_is_no_message_do_not_count
                reading_takes_away_what_was_read
                mentions_count_as_they_were_sent
                deleted_messages_count_until_read_and_mention_nobody
                counting_begins_with_joining
                trimmed_messages_do_not_count
                nothing_counts_for_who_blocks
                members_of_channels_have_counts
                counts_equal_counting_after_every_step
            }
            watermarks {
                g6_watermarks_only_rise
                g6_reading_raises_delivered_too
                g6_a_watermark_past_the_head_changes_nothing
                only_members_mark
                reading_on_takes_the_unread_mark_away
                personal_choices_change_one_by_one
                devices_have_their_own_delivered_watermark
            }
            heads {
                heads_are_those_of_all_memberships_newest_event_first
                strangers_have_heads_of_channels_only
                g7_the_last_message_is_one_that_may_be_read
                g7_the_last_message_skips_holes
                direct_heads_show_the_peer
                g4_heads_since_a_position_are_those_that_changed
                g4_heads_of_who_blocks_are_silent
                receipts_since_a_position_are_those_that_rose
                receipt_changes_are_those_of_received_conversations
            }
            feed {
                g4_every_write_takes_its_positions
                g4_positions_strictly_rise
                g4_the_horizon_covers_what_was_acknowledged
                conversations_with_news_are_listed_by_their_last_event
                changed_users_are_those_one_may_know_of
                the_last_id_is_at_least_every_id
            }
            accounts {
                the_first_account_is_admin_whatever_was_said
                handles_belong_to_one_account
                an_update_changes_what_it_names
                the_last_admin_stays
                a_deleted_account_leaves_its_row
                search_finds_live_users_by_any_part_of_their_names
                acquainted_is_who_shares_a_conversation_or_is_a_contact
                companions_are_fellow_members_of_now_and_agreed_contacts
                settings_and_figures_say_what_is_there
            }
            sessions {
                g8_a_token_is_good_until_its_session_ends
                g8_disabled_and_deleted_accounts_have_no_sessions
                g8_a_new_password_ends_other_sessions
                sessions_stand_at_their_limit_and_not_one_past_it
                sessions_are_listed_newest_first
                a_touch_moves_forward_only
            }
            relations {
                contacts_change_on_both_sides
                impossible_contact_steps_are_refused
                g4_contacts_since_a_position_tell_what_ended
                contacts_stand_at_their_limit_and_not_one_past_it
                a_block_ends_contact_and_is_not_told
                a_block_closes_the_direct_conversation_for_who_blocks
                both_may_block_each_other
            }
            invites {
                invites_stand_at_their_limits_and_not_one_past_them
                the_last_use_of_an_invite_goes_to_one
                an_invite_is_good_where_it_belongs
                only_who_gets_in_uses_an_invite
                invites_are_listed_while_they_live
                live_invites_are_bounded
            }
            messages {
                messages_come_folded
                deleting_erases_content_where_it_stands
                what_comes_after_a_deletion_brings_nothing_back
                pins_are_what_is_pinned_now
                pages_of_messages_join_to_the_full_list
                pages_of_events_join_to_the_full_log
                g7_reads_give_only_what_may_be_read
            }
            retention {
                a_trim_takes_a_prefix_away
                what_was_about_a_trimmed_message_is_about_nothing
                the_last_seq_before_a_moment_ends_the_prefix
                trimmable_conversations_are_paged_by_id
                channels_are_paged_by_title
            }
        }
    };
}

/// Makes a test of each case, under the name of its file. Takes the path of an async function that gives an empty store and what must live as long as it.
#[macro_export]
macro_rules! conformance_tests {
    ($open:path) => {
        $crate::conformance_cases!([$crate::conformance_tests_of] $open);
    };
}

/// A part of [`conformance_tests!`].
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests_of {
    (($open:path) $($file:ident { $($case:ident)* })*) => {$(
        mod $file {
            $(#[tokio::test]
            async fn $case() {
                let (store, _kept) = $open().await;
                $crate::conformance::run(store, $crate::conformance::$file::$case).await;
            })*
        }
    )*};
}
