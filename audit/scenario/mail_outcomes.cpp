#include "audit/scenario/mail_outcomes.hpp"

namespace smtpsim::scenario {

std::optional<Outcomes> Outcomes::named(std::string_view name) {
    Outcomes out;
    for (std::size_t i = 0; i < faults::outcome_table.size(); ++i)
        if (faults::outcome_table.at(i).name == name)
            out.bits_ = static_cast<std::uint8_t>(1U << i);
    return out.empty() ? std::nullopt : std::optional(out);
}

Outcomes Outcomes::of(const std::vector<std::string>& names) {
    Outcomes out;
    for (const std::string& name : names) out.add(named(name).value_or(Outcomes{}));
    return out;
}

bool Outcomes::has(std::string_view name) const {
    const auto one = named(name);
    return one && meets(*one);
}

bool Outcomes::is_only(std::string_view name) const {
    const auto one = named(name);
    return one && one->bits_ == bits_;
}

std::string Outcomes::text() const {
    std::string out;
    for (const faults::NameRow& row : faults::outcome_table)
        if (has(row.name)) out += (out.empty() ? "" : " or ") + std::string(row.name);
    return out;
}

} // namespace smtpsim::scenario
