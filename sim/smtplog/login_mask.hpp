// Passes a log's entries on without the passwords and tokens that are in it.
#pragma once

#include "sim/smtplog/log_difference.hpp"
#include "sim/smtplog/reader.hpp"

#include <string>

namespace smtpsim::smtplog {

class LoginMask final : public EntryHandler {
public:
    /// `next` outlives it, and gets each entry; a response to AUTH is "********" there, with its
    /// command or alone.
    explicit LoginMask(EntryHandler& next) : next_(next) {}

    void entry(const Entry& entry) override;
    void odd(std::uint64_t line, Oddity oddity) override { next_.odd(line, oddity); }

private:
    EntryHandler& next_;
    Logins logins_;
    std::string masked_;
};

} // namespace smtpsim::smtplog
