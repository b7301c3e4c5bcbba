// What is said of a client that met a failure. The names are in reports and never change.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::scenario {

enum class Verdict : std::uint8_t {
    lost_mail,
    insecure,
    crash,
    hang,
    duplicate_risk,
    misread,
    violates,
    correct,
};

struct VerdictRow {
    Verdict verdict;
    std::string_view name, summary;
};

/// In enum order, the worst first: where several hold, the first is the verdict.
inline constexpr std::array verdict_table{
    VerdictRow{
        Verdict::lost_mail, "lost-mail",
        "reported that the mail was delivered, but the server has not kept it, or not as given"},
    VerdictRow{Verdict::insecure, "insecure",
               "showed mail or a password to a server that it should not have trusted"},
    VerdictRow{Verdict::crash, "crash", "was ended by a signal"},
    VerdictRow{Verdict::hang, "hang", "did not end in time and was stopped"},
    VerdictRow{Verdict::duplicate_risk, "duplicate-risk",
               "reported that the mail was not delivered, but the server has it, or sent it twice"},
    VerdictRow{Verdict::misread, "misread",
               "took a failure for another kind: permanent, temporary, or no failure"},
    VerdictRow{Verdict::violates, "violates", "did on the wire what the RFCs forbid"},
    VerdictRow{Verdict::correct, "correct", "did what a correct client does"},
};

constexpr const VerdictRow& row(Verdict verdict) {
    return verdict_table.at(static_cast<std::size_t>(verdict));
}
constexpr std::string_view name(Verdict verdict) { return row(verdict).name; }

constexpr std::optional<Verdict> verdict_named(std::string_view name) {
    for (const VerdictRow& entry : verdict_table)
        if (entry.name == name) return entry.verdict;
    return std::nullopt;
}

static_assert(std::ranges::all_of(verdict_table, [](const VerdictRow& entry) {
    return &row(entry.verdict) == &entry;
}));

} // namespace smtpsim::scenario
