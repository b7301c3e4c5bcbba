// Clients and numbers as command lines write them.
#pragma once

#include "audit/run/audit_run.hpp"
#include "audit/scenario/client_adapter.hpp"
#include "core/pattern.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::app {

// Each: or Stop with what is wrong.
scenario::ClientAdapter load_client(const std::string& name_or_file);
scenario::ClientAdapter command_client(const std::vector<std::string>& command);
Duration duration_option(const std::string& option, const std::string& text);
Pattern pattern_option(const std::string& option, const std::string& text);
run::Shard shard_option(const std::string& text); // "1/4": the first of four; empty: all
/// When this time will be over; empty: never.
std::optional<std::chrono::steady_clock::time_point> budget_option(const std::string& text);

} // namespace smtpsim::app
