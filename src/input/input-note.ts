/** A remark about how files were read, for the summary's warnings. */
export interface InputNote {
  readonly code:
    | 'ignored_columns'
    | 'no_event_column'
    | 'left_out_files'
    | 'unchecked_files'
    | 'mixed_line_endings'
    | 'float_ids'
    | 'preset_columns_missing'
    | 'assumed_dates'
    | 'unknown_order_status'
    | 'conflicting_orders'
    | 'identity_columns'
    | 'list_column';
  readonly message: string;
}
