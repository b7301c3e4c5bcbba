// The content of one message as it arrives, by DATA or by BDAT: counts its octets and notes what is
// wrong with them. Must not know commands or replies.
#pragma once

#include "smtp/dot_stuffing.hpp"

namespace smtpsim::smtp {

class MessageContent {
public:
    /// Reads what follows DATA's 354: see DotUnstuffer::read.
    std::size_t read_data(std::string_view in, std::string* out);

    /// Takes octets of a BDAT chunk as they are, and appends them to `out` unless null: no dot
    /// means anything there (RFC 3030 §2).
    void take_chunk(std::string_view in, std::string* out);

    bool ended() const { return data_.ended(); } // DATA only; BDAT says where its end is
    std::uint64_t octets() const { return data_.octets() + chunk_octets_; } // unstuffed, with CRLFs
    std::uint64_t wire_octets() const {
        return wire_octets_;
    } // as received, the final dot included
    /// bdat_dots_doubled: every line of the chunks that began with a dot began with two, or the
    /// last line was a dot alone.
    Findings findings() const;

private:
    void note_octets(std::string_view read);
    void note_dots(std::string_view taken);

    DotUnstuffer data_;
    std::uint64_t wire_octets_ = 0;
    std::uint64_t chunk_octets_ = 0;
    Findings findings_;
    enum class ChunkLine : unsigned char { start, dot, text } chunk_line_ = ChunkLine::start;
    bool lone_dot_ = false; // the last line of the chunks so far
    std::uint64_t dotted_lines_ = 0, doubled_lines_ = 0;
};

} // namespace smtpsim::smtp
