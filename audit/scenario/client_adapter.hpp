// How a real client is run: its command, and what it means when it ends. YAML; see
// docs/scenarios.md.
#pragma once

#include "audit/scenario/mail_outcomes.hpp"
#include "audit/scenario/placeholders.hpp"
#include "core/pattern.hpp"
#include "core/yaml/shape.hpp"
#include "core/yaml/tree.hpp"
#include "profiles/load/load.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtpsim::scenario {

/// What an ended client has said of its mail.
struct OutcomeRule {
    int least = 0, most = 0;        // exit codes, where there is no pattern
    std::optional<Pattern> pattern; // of what it printed
    Outcomes outcomes;
};
/// The first rule that matches; without any: 0 is delivered, 75 deferred, others failed
/// (sysexits). Empty: there are rules, and none matches.
Outcomes outcome_of(const std::vector<OutcomeRule>& rules, int exit_code, std::string_view output);

struct ClientAdapter {
    std::string name, summary;
    std::string folder; // of its file, for scripts beside it
    /// Instead of a folder, where its file comes with the program: names and texts.
    std::vector<std::pair<std::string, std::string>> scripts;
    std::vector<std::string> version; // a command that prints it
    std::vector<std::string> command;
    bool manual = false; // a person does it
    bool dials = false;  // {modem} is among its words: it needs one
    bool lmtp = false;   // it speaks LMTP (RFC 2033) and nothing else
    std::vector<std::string> plain, starttls, implicit, login;
    bool can_starttls = false, can_implicit = false, can_login = false;
    std::string input; // of its standard input; empty: nothing
    std::vector<std::pair<std::string, std::string>> environment, files;
    std::vector<OutcomeRule> outcome;
    std::string log;     // its own log, if it writes one
    std::string runs_in; // a folder; empty: {dir}
    Duration timeout = std::chrono::seconds{30};
    std::optional<Duration> patience; // how long its command lets it wait for a reply
};

enum class Secure : std::uint8_t { plain, starttls, implicit };

/// The command's words with {options} replaced by what the mode asks for; not yet filled.
std::vector<std::string> words_of(const ClientAdapter& adapter, Secure secure, bool login);

/// Of an adapter's file.
const yaml::Shape& adapter_shape();
/// Of a scenario's `client:`, which needs no header.
const yaml::Shape& client_shape();

/// What `node`, checked by the shape, says; appends what only shows here to `problems`.
/// `others`: placeholders besides the usual ones.
ClientAdapter build_adapter(const yaml::Node& node, Problems& problems, const Values& others = {});

/// An adapter's file. Errors: all that is wrong with it.
profiles::Loaded<ClientAdapter> load_adapter(const std::string& path,
                                             const profiles::ReadFile& read);
/// `command` unchanged, with the exit codes of sysexits.
ClientAdapter adapter_of(std::vector<std::string> command);

} // namespace smtpsim::scenario
