#include "smtp/message_content.hpp"

#include <algorithm>
#include <cstring>

namespace smtpsim::smtp {

std::size_t MessageContent::read_data(std::string_view in, std::string* out) {
    const std::size_t octets = data_.read(in, out);
    wire_octets_ += octets;
    note_octets(in.substr(0, octets));
    return octets;
}

void MessageContent::take_chunk(std::string_view in, std::string* out) {
    chunk_octets_ += in.size();
    wire_octets_ += in.size();
    if (out != nullptr) out->append(in);
    note_octets(in);
    note_dots(in);
}

Findings MessageContent::findings() const {
    Findings out = findings_;
    out.add(data_.findings());
    const bool all_doubled = dotted_lines_ > 0 && doubled_lines_ == dotted_lines_;
    if (all_doubled || lone_dot_) out.add(Finding::bdat_dots_doubled);
    return out;
}

void MessageContent::note_octets(std::string_view read) {
    unsigned char high = 0;
    for (const char c : read) high |= static_cast<unsigned char>(c); // one pass, vectorised
    if ((high & 0x80U) != 0) findings_.add(Finding::eight_bit_not_offered);
    if (std::memchr(read.data(), '\0', read.size()) != nullptr) findings_.add(Finding::null_octet);
}

void MessageContent::note_dots(std::string_view taken) {
    for (std::size_t at = 0; at < taken.size();) {
        switch (chunk_line_) {
        case ChunkLine::start:
            lone_dot_ = false;
            dotted_lines_ += taken[at] == '.' ? 1 : 0;
            chunk_line_ = taken[at] == '.' ? ChunkLine::dot : ChunkLine::text;
            at += taken[at] == '\n' ? 0 : 1;
            break;
        case ChunkLine::dot:
            doubled_lines_ += taken[at] == '.' ? 1 : 0;
            lone_dot_ = taken[at] == '\r';
            chunk_line_ = ChunkLine::text;
            break;
        case ChunkLine::text:
            at = std::min(taken.find('\n', at), taken.size() - 1) + 1;
            if (taken[at - 1] == '\n') chunk_line_ = ChunkLine::start;
            break;
        }
    }
}

} // namespace smtpsim::smtp
