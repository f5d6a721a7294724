use crate::sandbox::refusal::Refusal;

/// One parameter of MySQL (RDS User Guide, "Parameters for MySQL").
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    /// Whether it is in force only after a restart.
    pub(super) is_static: bool,
    /// RDS's word: `boolean`, `integer`, `string`, `float`.
    pub(super) data_type: &'static str,
    /// The values it takes, or the range; empty: any.
    allowed: &'static str,
}

const fn dynamic(name: &'static str, data_type: &'static str, allowed: &'static str) -> Parameter {
    Parameter { name, is_static: false, data_type, allowed }
}

const fn fixed(name: &'static str, data_type: &'static str, allowed: &'static str) -> Parameter {
    Parameter { name, is_static: true, data_type, allowed }
}

/// A part of the parameters, in the order of their names.
pub(super) const PARAMETERS: [Parameter; 36] = [
    dynamic("binlog_format", "string", "ROW,STATEMENT,MIXED"),
    dynamic("character_set_client", "string", ""),
    dynamic("character_set_connection", "string", ""),
    dynamic("character_set_database", "string", ""),
    dynamic("character_set_results", "string", ""),
    dynamic("character_set_server", "string", ""),
    dynamic("collation_connection", "string", ""),
    dynamic("collation_server", "string", ""),
    dynamic("event_scheduler", "string", "ON,OFF"),
    dynamic("explicit_defaults_for_timestamp", "boolean", "0,1"),
    dynamic("general_log", "boolean", "0,1"),
    dynamic("group_concat_max_len", "integer", ""),
    dynamic("innodb_buffer_pool_size", "integer", ""),
    dynamic("innodb_flush_log_at_trx_commit", "integer", "0,1,2"),
    dynamic("innodb_lock_wait_timeout", "integer", ""),
    dynamic("innodb_print_all_deadlocks", "boolean", "0,1"),
    dynamic("interactive_timeout", "integer", ""),
    dynamic("local_infile", "boolean", "0,1"),
    dynamic("log_bin_trust_function_creators", "boolean", "0,1"),
    dynamic("log_output", "string", "TABLE,FILE,NONE"),
    dynamic("log_queries_not_using_indexes", "boolean", "0,1"),
    dynamic("long_query_time", "float", ""),
    fixed("lower_case_table_names", "integer", "0,1"),
    dynamic("max_allowed_packet", "integer", ""),
    dynamic("max_connections", "integer", ""),
    fixed("performance_schema", "boolean", "0,1"),
    dynamic("require_secure_transport", "boolean", "0,1"),
    fixed("skip_name_resolve", "boolean", "0,1"),
    dynamic("slow_query_log", "boolean", "0,1"),
    dynamic("sql_mode", "string", ""),
    fixed("table_open_cache_instances", "integer", ""),
    dynamic("time_zone", "string", ""),
    fixed("tls_version", "string", "TLSv1.2,TLSv1.3"),
    dynamic("transaction_isolation", "string", ""),
    dynamic("tx_isolation", "string", ""),
    dynamic("wait_timeout", "integer", ""),
];

impl Parameter {
    /// The parameter of that name.
    pub(super) fn named(name: &str) -> Result<Parameter, Refusal> {
        let found = PARAMETERS.iter().find(|parameter| parameter.name == name);
        found.copied().ok_or_else(|| Refusal::value(format!("Could not find parameter with name: {name}")))
    }

    /// Checks a value of it.
    pub(super) fn check(self, value: &str) -> Result<(), Refusal> {
        let is_of_type = match self.data_type {
            // A formula such as {DBInstanceClassMemory*3/4} stands for a number (RDS User Guide, "DB parameter formulas").
            "integer" => value.parse::<i64>().is_ok() || (value.starts_with('{') && value.ends_with('}')),
            "float" => value.parse::<f64>().is_ok(),
            _ => true,
        };
        let is_allowed = self.allowed.is_empty() || value.split(',').all(|part| self.allowed.split(',').any(|allowed| allowed == part));
        if is_of_type && is_allowed {
            return Ok(());
        }
        Err(Refusal::value(format!("Invalid parameter value: {value} for: {} allowed values are: {}", self.name, self.allowed)))
    }

    /// RDS's word for when it comes into force.
    pub(super) fn apply_type(self) -> &'static str {
        if self.is_static { "static" } else { "dynamic" }
    }

    /// The values it takes, as RDS shows them.
    pub(super) fn allowed(self) -> Option<String> {
        (!self.allowed.is_empty()).then(|| self.allowed.to_owned())
    }
}
