// A log in another notation: what `log convert` writes.
#pragma once

#include "sim/smtplog/dialect.hpp"
#include "sim/smtplog/reader.hpp"

#include <string>
#include <variant>

namespace smtpsim::smtplog {

using Notation = std::variant<Dialect, Format>;

/// Writes entries one after the other as `notation` has them.
class Render {
public:
    explicit Render(Notation notation, bool bare = false) : notation_(notation), bare_(bare) {}

    /// What stands before the first entry.
    void begin(std::string& out) const;
    void entry(const Entry& entry, std::string& out);

private:
    void smtp_log(const Entry& entry, std::string& out);
    void transcript(const Entry& entry, std::string& out, bool curl);

    Notation notation_;
    bool bare_;
    bool empty_tx_ = false; // an empty [tx] was the entry before
};

} // namespace smtpsim::smtplog
