// Many patterns asked at once: one pass over the text, however many there are.
#pragma once

#include "core/pattern.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace smtpsim {

class PatternSet { // any thread
public:
    explicit PatternSet(std::span<const Pattern* const> patterns);
    ~PatternSet();
    PatternSet(PatternSet&&) noexcept;
    PatternSet& operator=(PatternSet&&) noexcept;

    /// Appends the indexes of the patterns that may match `text`: all that do, and where letters
    /// beyond ASCII differ in case only, perhaps one that does not.
    void candidates(std::string_view text, std::vector<std::size_t>& out) const;

private:
    struct Set; // RE2's own cannot be named here without its header
    std::unique_ptr<Set> set_;
    std::size_t size_ = 0;
};

} // namespace smtpsim
