#include "smtp/content.hpp"

#include <algorithm>
#include <cstring>

namespace smtpsim::smtp {
namespace {

constexpr std::size_t text_line_octets_max = 1'000; // RFC 5321 §4.5.3.1.6, CRLF included

const char* find(char wanted, const char* from, const char* to) {
    return static_cast<const char*>(std::memchr(from, wanted, static_cast<std::size_t>(to - from)));
}

} // namespace

std::size_t Content::read(std::string_view in, std::string* out) {
    const char* const begin = in.data();
    const char* const end = begin + in.size();
    const char* at = begin;
    while (at != end && state_ != State::ended) {
        const char* const clean_end = skim(at, end);
        octets_ += static_cast<std::size_t>(clean_end - at);
        if (out != nullptr) out->append(at, clean_end);
        at = clean_end;
        if (at != end) step(*at++, out);
    }
    const auto octets = static_cast<std::size_t>(at - begin);
    wire_octets_ += octets;
    note_octets(in.substr(0, octets));
    return octets;
}

void Content::take(std::string_view octets, std::string* out) {
    octets_ += octets.size();
    wire_octets_ += octets.size();
    if (out != nullptr) out->append(octets);
    note_octets(octets);
    note_dots(octets);
}

void Content::note_dots(std::string_view taken) {
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

Findings Content::findings() const {
    Findings out = findings_;
    const bool all_doubled = dotted_lines_ > 0 && doubled_lines_ == dotted_lines_;
    if (all_doubled || lone_dot_) out.add(Finding::bdat_dots_doubled);
    return out;
}

/// Passes over clean lines at a stroke, up to the first octet that step() has to judge.
const char* Content::skim(const char* at, const char* end) {
    while (at != end && (state_ == State::text || (state_ == State::line_start && *at != '.'))) {
        const char* const lf = find('\n', at, end);
        const char* const stop = lf != nullptr ? lf : end;
        const char* const cr = find('\r', at, stop);
        if (lf == nullptr || cr == nullptr || cr + 1 != lf) {
            const char* const odd = cr != nullptr ? cr : stop;
            line_octets_ += static_cast<std::size_t>(odd - at);
            if (odd != at) state_ = State::text;
            return odd;
        }
        line_octets_ += static_cast<std::size_t>(lf + 1 - at);
        end_line();
        state_ = State::line_start;
        at = lf + 1;
    }
    return at;
}

void Content::emit(std::string_view octets, std::string* out) {
    octets_ += octets.size();
    line_octets_ += octets.size();
    if (out != nullptr) out->append(octets);
}

void Content::end_line() {
    if (line_octets_ > text_line_octets_max) findings_.add(Finding::content_line_too_long);
    line_octets_ = 0;
}

void Content::step_text(char c, std::string* out) {
    emit({&c, 1}, out);
    if (c == '\r') {
        state_ = State::cr;
    } else if (c == '\n') {
        findings_.add(Finding::bare_lf);
        end_line();
        state_ = State::soft_start;
    } else {
        state_ = State::text;
    }
}

void Content::step(char c, std::string* out) {
    switch (state_) {
    case State::line_start:
        if (c == '.')
            state_ = State::dot; // not emitted: it is stuffing or the end
        else
            step_text(c, out);
        return;
    case State::dot:
        if (c == '\r') {
            state_ = State::dot_cr;
            return;
        }
        if (c == '\n')
            findings_.add(Finding::smuggled_end);
        else if (c != '.')
            findings_.add(Finding::dot_not_stuffed);
        step_text(c, out);
        return;
    case State::dot_cr:
        if (c == '\n') {
            state_ = State::ended;
            return;
        }
        findings_.add(Finding::smuggled_end);
        emit("\r", out);
        state_ = State::cr;
        step(c, out);
        return;
    case State::cr:
        if (c == '\n') {
            emit("\n", out);
            end_line();
            state_ = State::line_start;
            return;
        }
        findings_.add(Finding::bare_cr);
        if (c == '.') {
            emit(".", out);
            state_ = State::soft_dot;
            return;
        }
        step_text(c, out);
        return;
    case State::soft_start:
        if (c == '.') {
            emit(".", out);
            state_ = State::soft_dot;
            return;
        }
        step_text(c, out);
        return;
    case State::soft_dot:
        if (c == '\r') {
            emit("\r", out);
            state_ = State::soft_dot_cr;
            return;
        }
        if (c == '\n') findings_.add(Finding::smuggled_end);
        step_text(c, out);
        return;
    case State::soft_dot_cr:
        findings_.add(Finding::smuggled_end);
        state_ = State::cr;
        step(c, out);
        return;
    case State::text: step_text(c, out); return;
    case State::ended: return;
    }
}

void Content::note_octets(std::string_view read) {
    unsigned char high = 0;
    for (const char c : read) high |= static_cast<unsigned char>(c); // one pass, vectorised
    if ((high & 0x80U) != 0) findings_.add(Finding::eight_bit_not_offered);
    if (std::memchr(read.data(), '\0', read.size()) != nullptr) findings_.add(Finding::null_octet);
}

} // namespace smtpsim::smtp
