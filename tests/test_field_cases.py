"""Cases from the field, by kind, and the tests that hold the right answer to each and to others of its kind.

Things that people report in public trackers of neighbouring software were tried on our own ways in; each name below is
what was tried first. A test that is renamed or taken away is missed here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CASES: dict[str, dict[str, tuple[str, ...]]] = {
    "01 decomposed letters and look-alikes": {
        "workbooks/test_spellings.py": (
            "test_a_list_cell_and_money_are_read_in_every_spelling",
            "test_codes_and_headings_are_found_in_every_spelling",
            "test_a_code_typed_with_cyrillic_letters_is_that_code",
            "test_sheet_names_of_another_program_are_ours",
            "test_a_box_is_ticked_in_every_spelling",
        ),
        "sources/test_old_letters.py": ("test_wrapped_and_look_alike_cells_give_the_same_rows",),
        "test_folding.py": ("test_a_spelling_changes_no_comparison",),
    },
    "03 letter tables of before Unicode": {
        "workbooks/test_old_letters.py": (
            "test_a_narrative_is_turned_and_told",
            "test_explanations_and_documents_are_turned_too",
            "test_too_little_to_be_sure_is_refused_with_what_to_do",
        ),
        "submissions/test_ways_in.py": ("test_old_letters_reach_the_report_as_unicode_and_the_unit_is_told",),
        "claims/test_documents.py": (
            "test_a_text_file_in_old_letters_is_read_and_named",
            "test_a_text_whose_old_letters_make_words_of_another_table_is_read_by_its_own",
            "test_a_word_file_in_old_letters_is_read_and_named",
        ),
        "sources/test_old_letters.py": (
            "test_an_export_in_old_letters_gives_the_same_rows",
            "test_a_csv_in_the_bytes_of_an_old_table_gives_the_same_rows",
            "test_old_cells_under_a_header_of_unicode_give_the_same_rows",
        ),
        "cli/test_ra_soat.py": ("test_letters_that_nobody_can_be_sure_of_are_no_clean_file",),
        "inspection/test_findings.py": (
            "test_old_letters_reach_the_order_as_unicode",
            "test_letters_that_nobody_can_be_sure_of_reach_no_unit",
        ),
    },
    "04 one item stops the others": {
        "submissions/test_one_stops_none.py": (
            "test_control_characters_of_an_old_workbook_never_stop_the_folder",
            "test_an_unforeseen_exception_sets_its_file_aside_and_the_next_is_taken_in",
            "test_a_name_never_stops_the_folder",
            "test_a_file_that_cannot_be_opened_is_named_and_the_next_is_read",
            "test_an_odd_mail_never_stops_the_mailbox",
        ),
        "stages/test_exports_apart.py": (
            "test_an_export_that_breaks_its_reader_is_set_aside_and_the_next_is_read",
            "test_nothing_is_frozen_while_an_export_waits_for_a_person",
            "test_a_real_limit_of_memory_ends_the_one_file_that_needs_it",
            "test_a_name_that_is_not_utf_8_or_too_long_stops_nobody",
        ),
    },
    "06 times of files": {
        "submissions/test_arrival_moment.py": (
            "test_a_file_arrives_when_it_is_first_seen_whatever_its_own_time",
            "test_a_time_that_cannot_be_right_is_named_in_the_receipt",
            "test_a_time_that_no_calendar_has_stops_nobody",
            "test_another_file_under_the_name_of_one_that_was_taken_in_arrives_anew",
            "test_what_a_look_after_the_due_moment_did_not_see_is_late",
            "test_an_operator_may_record_an_earlier_receipt_and_the_unit_is_on_time",
        ),
        "stages/test_exports_apart.py": ("test_an_export_arrives_when_it_is_landed_whatever_its_own_time",),
    },
    "08 files that are being copied": {
        "submissions/test_inbox.py": (
            "test_a_file_that_grows_arrived_when_it_was_seen_first_and_is_read_when_it_is_whole",
            "test_whatever_holds_a_file_it_waits_and_is_named_after_a_day",
            "test_where_nobody_can_tell_who_writes_a_damaged_file_gets_a_second_look",
            "test_a_file_that_changes_while_it_is_read_waits",
        ),
        "stages/test_bad_exports.py": ("test_a_file_that_changes_while_it_is_read_waits_for_the_next_run",),
        "stages/test_exports_apart.py": (
            "test_an_export_that_is_still_being_written_waits_and_lands_whole",
            "test_on_a_share_that_cannot_say_who_writes_an_export_has_to_lie_still",
        ),
    },
    "09 forms wrapped in mails": {
        "submissions/test_incoming_wrapped.py": (
            "test_a_form_is_found_in_whatever_it_is_wrapped",
            "test_a_mail_forwarded_in_base64_is_taken_in_from_a_real_mailbox",
            "test_what_is_packed_beyond_all_measure_is_named_and_not_opened",
            "test_a_mail_whose_forwarded_part_is_rubbish_is_told_that_it_is_broken",
        ),
    },
    "10 mails with the marks of machines": {
        "submissions/test_incoming_marks.py": (
            "test_a_form_from_a_registered_mailbox_is_taken_in_whatever_marks_it_carries",
            "test_a_mail_of_a_list_is_taken_in_from_a_real_mailbox",
            "test_what_a_machine_writes_without_a_form_is_put_before_a_person_and_not_answered",
            "test_people_of_the_department_are_no_strangers_and_their_mail_waits_for_a_person",
        ),
    },
    "12 mailboxes as they are": {
        "mail/test_mailbox.py": (
            "test_one_message_that_is_not_handed_out_is_named_and_the_next_is_read",
            "test_a_size_that_is_claimed_and_not_true_changes_nothing",
            "test_a_line_that_drips_is_cut_and_the_next_message_is_read",
            "test_a_move_that_is_announced_and_not_known_becomes_a_copy",
            "test_a_message_that_cannot_be_moved_says_what_to_do_and_stays",
            "test_folders_are_made_and_found_as_the_server_calls_them",
        ),
        "submissions/test_odd_mailboxes.py": (
            "test_a_message_that_the_server_does_not_hand_out_is_named_once_and_the_next_is_read",
            "test_messages_that_cannot_be_moved_are_all_read_once_and_the_reason_is_told",
        ),
    },
    "13 refusals of our account": {
        "mail/test_refusals.py": ("test_a_refusal_is_about_what_the_server_says",),
        "mail/test_outbox_stops.py": (
            "test_what_is_said_of_our_account_ends_no_mail_and_stops_the_batch",
            "test_many_refusals_in_a_row_stop_the_batch_whatever_they_say",
            "test_a_refused_login_stops_the_batch_and_is_not_repeated_at_every_run",
        ),
        "mail/test_mailer.py": ("test_a_slow_answer_is_waited_for_longer_than_the_connection",),
    },
    "14 days, hours and figures as software writes them": {
        "sources/test_moments.py": (
            "test_a_moment_is_read_as_software_writes_it",
            "test_a_date_cell_with_a_fraction_of_a_second_is_read",
            "test_a_parquet_moment_with_a_zone_is_turned_to_ours",
            "test_a_column_without_a_readable_day_is_one_finding_with_its_shape",
            "test_a_masked_day_is_shown_by_its_shape",
        ),
        "sources/test_two_ways.py": ("test_a_moment_is_the_same_in_python_and_in_duckdb",),
        "test_moments.py": ("test_a_moment_is_read_or_not_at_all",),
        "indicators/test_numbers.py": ("test_a_figure_is_read_as_software_and_keyboards_write_it",),
    },
    "16 endings that say something else": {
        "office/test_kinds.py": ("test_a_file_is_told_by_its_bytes",),
        "sources/test_dialects.py": (
            "test_a_workbook_is_read_whatever_it_is_called",
            "test_an_old_workbook_is_read_whatever_it_is_called",
            "test_a_text_is_read_whatever_it_is_called",
        ),
        "submissions/test_incoming.py": ("test_a_renamed_workbook_is_told_by_its_bytes",),
        "workbooks/test_dialects.py": ("test_what_is_called_a_workbook_and_is_none_is_called_by_its_name",),
    },
    "17 rows known by their place": {
        "inspection/test_numbers.py": (
            "test_a_row_put_on_top_is_the_one_that_goes_out_and_the_others_keep_their_numbers",
            "test_a_deleted_row_withdraws_nothing_and_is_put_back",
            "test_words_of_an_issued_order_are_changed_by_a_document_alone",
        ),
    },
    "19 dialects that guards do not see": {
        "sources/test_dialects.py": (
            "test_every_dialect_gives_the_same_table",
            "test_a_far_cell_is_seen_in_every_dialect",
            "test_a_formula_without_a_result_is_named_in_every_dialect",
        ),
        "workbooks/test_dialects.py": (
            "test_every_dialect_gives_the_same_form",
            "test_a_program_is_seen_in_every_dialect",
            "test_days_of_a_workbook_that_counts_from_1904_are_read_as_such",
        ),
        "office/test_package.py": ("test_names_of_parts_have_one_form",),
    },
    "20 names of attachments": {
        "mail/test_message.py": (
            "test_a_reader_that_knows_no_encoded_names_finds_a_plain_one",
            "test_an_attachment_has_its_type_name_and_disposition_whatever_the_system_knows",
        ),
    },
    "21 configuration that a spreadsheet saved": {
        "config_files/test_reading.py": (
            "test_a_file_that_another_code_page_wrote_says_how_to_save_it",
            "test_what_a_spreadsheet_leaves_behind_is_no_fault",
            "test_a_wrong_table_names_row_column_value_and_what_is_allowed",
            "test_a_wrong_column_is_told_once_and_not_for_each_row",
        ),
    },
}


@pytest.mark.parametrize("case", CASES)
def test_every_case_of_the_field_has_its_tests(case: str) -> None:
    for file, names in CASES[case].items():
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert set(names) <= found, file
