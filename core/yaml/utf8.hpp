// Whether octets are a text at all: asked before yaml-cpp sees them, since it takes 0x04 for the
// end of input and guesses at UTF-16 where it finds NUL octets.
#pragma once

#include <cstddef>
#include <string_view>

namespace smtpsim::yaml {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The octets of the UTF-8 character at the start of `text` (RFC 3629 §4); 0: none is there.
std::size_t utf8_character(std::string_view text);

/// The offset of the first octet that no profile may hold: ill-formed UTF-8, or a control octet
/// other than tab, LF and CR (YAML 1.2 §5.1). npos: there is none.
std::size_t find_non_text(std::string_view text);

} // namespace smtpsim::yaml
