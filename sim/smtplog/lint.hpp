// A log against its own format, line by line: a file of any size takes no memory.
#pragma once

#include "sim/smtplog/log_difference.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace smtpsim::smtplog {

/// Is a Reader's handler; `take` gets each finding as soon as it is known. finish() is called after
/// the Reader's.
class Lint : public EntryHandler {
public:
    using Take = std::function<void(const Finding&)>;
    explicit Lint(Take take) : take_(std::move(take)) {}

    void entry(const Entry& entry) override;
    void odd(std::uint64_t line, Oddity oddity) override;
    /// The file ends.
    void finish();

    std::uint64_t lines() const { return lines_; }

private:
    void find_leaks(const Entry& entry);
    void find_order(const Entry& entry);

    Take take_;
    Logins logins_;
    std::uint64_t lines_ = 0, last_line_ = 0;
    bool names_product_ = false, names_start_ = false, header_reported_ = false;
    bool open_ = false;                      // a session has no end yet
    bool in_content_ = false;                // after 354, until the dot
    bool ended_ = false;                     // the dot was the last that was sent
    std::optional<std::uint32_t> last_time_; // of the session
};

} // namespace smtpsim::smtplog
