#include "core/pattern_set.hpp"

#include "core/regex_options.hpp"

#include <re2/set.h>

#include <numeric>

namespace smtpsim {

struct PatternSet::Set {
    re2::RE2::Set set{regex_options(), re2::RE2::UNANCHORED};
};

PatternSet::PatternSet(std::span<const Pattern* const> patterns)
    : set_(std::make_unique<Set>()), size_(patterns.size()) {
    bool all = true;
    for (const Pattern* const pattern : patterns)
        all &= set_->set.Add(pattern->as_regex(), nullptr) >= 0;
    if (!all || !set_->set.Compile()) set_.reset(); // out of RE2's memory: each is asked itself
}

PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

void PatternSet::candidates(std::string_view text, std::vector<std::size_t>& out) const {
    if (set_) {
        std::vector<int> matched;
        re2::RE2::Set::ErrorInfo error{};
        if (set_->set.Match(re2::StringPiece(text.data(), text.size()), &matched, &error) ||
            error.kind == re2::RE2::Set::kNoError) {
            out.insert(out.end(), matched.begin(), matched.end());
            return;
        }
    }
    const std::size_t before = out.size();
    out.resize(before + size_);
    std::iota(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), std::size_t{0});
}

} // namespace smtpsim
