// The first of many patterns that matches, at a cost that does not grow with their number.
#pragma once

#include "core/pattern.hpp"
#include "core/pattern_set.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace smtpsim {

class FirstMatch { // any thread
public:
    /// The patterns outlive it.
    explicit FirstMatch(std::vector<const Pattern*> patterns);

    /// The index of the first that matches `text`.
    std::optional<std::size_t> find(std::string_view text) const;

private:
    static constexpr std::size_t many = 8; // fewer are quicker asked one by one

    std::vector<const Pattern*> patterns_;
    std::unordered_map<std::string, std::size_t> literals_; // lower case; the first of each
    std::vector<std::size_t> others_;                       // indexes, ascending
    std::optional<PatternSet> set_;                         // of the others, where they are many
};

} // namespace smtpsim
