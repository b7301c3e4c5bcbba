// Text of other encodings than UTF-8, turned into UTF-8.
#pragma once

#include "core/problem.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace smtpsim {

class Decoder {
public:
    /// `encoding`: a name that iconv knows, such as windows-1252 or utf-16le.
    /// Errors: it knows no such encoding.
    static Result<Decoder> open(const std::string& encoding);

    /// Appends to `out` as UTF-8; what is no character becomes U+FFFD. A character may be cut: its
    /// other octets come with the next call.
    void append(std::string_view octets, std::string& out);

private:
    Decoder(void* state, std::size_t unit_octets) : state_(state), unit_octets_(unit_octets) {}
    struct Close {
        void operator()(void* state) const;
    };
    std::unique_ptr<void, Close> state_; // iconv_t
    std::size_t unit_octets_;            // what is skipped where no character begins
    std::string held_;                   // the first octets of a character
};

/// Whether all of it is well-formed UTF-8.
bool is_utf8(std::string_view octets);

} // namespace smtpsim
