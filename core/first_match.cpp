#include "core/first_match.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim {

FirstMatch::FirstMatch(std::vector<const Pattern*> patterns) : patterns_(std::move(patterns)) {
    std::vector<const Pattern*> others;
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
        if (const auto literal = patterns_[i]->literal()) {
            literals_.try_emplace(std::string(*literal), i);
        } else {
            others_.push_back(i);
            others.push_back(patterns_[i]);
        }
    }
    if (others.size() >= many) set_.emplace(others);
}

std::optional<std::size_t> FirstMatch::find(std::string_view text) const {
    std::optional<std::size_t> first;
    if (!literals_.empty())
        if (const auto found = literals_.find(lower(text)); found != literals_.end())
            first = found->second;
    std::vector<std::size_t> found = {};
    if (set_) {
        set_->candidates(text, found);
        std::ranges::sort(found);
        for (std::size_t& each : found) each = others_[each];
    }
    for (const std::size_t index : set_ ? found : others_) {
        if (first && *first < index) break;
        if (patterns_[index]->matches(text)) return index;
    }
    return first;
}

} // namespace smtpsim
