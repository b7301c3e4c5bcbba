// What a client reports of its mail: one outcome, or several where it does not say which.
#pragma once

#include "faults/client_behaviour.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::scenario {

class Outcomes {
public:
    /// nullopt: no such name; the names are those of faults::outcome_table.
    static std::optional<Outcomes> named(std::string_view name);
    /// All of these; unknown names are passed over.
    static Outcomes of(const std::vector<std::string>& names);

    bool empty() const { return bits_ == 0; }
    /// It may have been this. Of an unknown name false.
    bool has(std::string_view name) const;
    /// It may have been this, and nothing else.
    bool is_only(std::string_view name) const;
    bool meets(Outcomes others) const { return (bits_ & others.bits_) != 0; }
    void add(Outcomes others) { bits_ |= others.bits_; }
    std::string text() const; // "failed or deferred"

private:
    std::uint8_t bits_ = 0; // in the order of the table
};

} // namespace smtpsim::scenario
