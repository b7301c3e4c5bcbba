// A log in another notation: what `log convert` writes.
#pragma once

#include "sim/smtplog/log_dialect.hpp"
#include "sim/smtplog/reader.hpp"

#include <string>

namespace smtpsim::smtplog {

struct Notation {
    Format format = Format::smtp_log;
    Dialect dialect = Dialect::imn_1_0; // of an Smtp.log

    Notation(Format other) : format(other) {}
    Notation(Dialect product) : dialect(product) {}
};

/// Writes entries one after the other as `notation` has them. An Smtp.log becomes its product's own
/// as far as it says enough: a header of one that prints no year keeps its date.
class LogConverter {
public:
    explicit LogConverter(Notation notation, bool bare = false)
        : notation_(notation), bare_(bare) {}

    /// The text before the first entry.
    void begin(std::string& out) const;
    /// Kinds that the notation does not show are left out. The line's end may come with the next
    /// entry or with finish(): a continuation goes on in it.
    void entry(const Entry& entry, std::string& out);
    /// Ends the last line.
    void finish(std::string& out);

private:
    void smtp_log(const Entry& entry, std::string& out);
    void debug(std::string_view text, std::string& out);
    void transcript(const Entry& entry, std::string& out, bool curl);

    Notation notation_;
    bool bare_;
    std::string host_;      // that the last "Connecting to" named
    bool empty_tx_ = false; // an empty [tx] was the entry before
    bool open_ = false;     // the last line has no end yet: a continuation may follow
};

} // namespace smtpsim::smtplog
