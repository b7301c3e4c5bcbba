#include "smtp/dot_stuffing.hpp"

#include <cstring>

namespace smtpsim::smtp {
namespace {

constexpr std::size_t text_line_octets_max = 1'000; // RFC 5321 §4.5.3.1.6, CRLF included

const char* find(char wanted, const char* from, const char* to) {
    return static_cast<const char*>(std::memchr(from, wanted, static_cast<std::size_t>(to - from)));
}

} // namespace

std::size_t DotUnstuffer::read(std::string_view in, std::string* out) {
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
    return static_cast<std::size_t>(at - begin);
}

/// Passes over clean lines, whole ones at a time, up to the first octet that step() has to judge.
const char* DotUnstuffer::skim(const char* at, const char* end) {
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

void DotUnstuffer::emit(std::string_view octets, std::string* out) {
    octets_ += octets.size();
    line_octets_ += octets.size();
    if (out != nullptr) out->append(octets);
}

void DotUnstuffer::end_line() {
    if (line_octets_ > text_line_octets_max) findings_.add(Finding::content_line_too_long);
    line_octets_ = 0;
}

void DotUnstuffer::step(char c, std::string* out) {
    switch (state_) {
    case State::line_start:
        if (c != '.') return step_text(c, out);
        state_ = State::dot; // not emitted: it is stuffing or the end
        return;
    case State::dot: return step_dot(c, out);
    case State::dot_cr:
        if (c == '\n') {
            state_ = State::ended;
            return;
        }
        findings_.add(Finding::smuggled_end);
        emit("\r", out);
        return step_cr(c, out);
    case State::cr: return step_cr(c, out);
    case State::soft_start: return step_soft_start(c, out);
    case State::soft_dot: return step_soft_dot(c, out);
    case State::soft_dot_cr: findings_.add(Finding::smuggled_end); return step_cr(c, out);
    case State::text: return step_text(c, out);
    case State::ended: return;
    }
}

void DotUnstuffer::step_text(char c, std::string* out) {
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

void DotUnstuffer::step_dot(char c, std::string* out) {
    if (c == '\r') {
        state_ = State::dot_cr;
        return;
    }
    if (c == '\n')
        findings_.add(Finding::smuggled_end);
    else if (c != '.')
        findings_.add(Finding::dot_not_stuffed);
    step_text(c, out);
}

void DotUnstuffer::step_cr(char c, std::string* out) {
    if (c == '\n') {
        emit("\n", out);
        end_line();
        state_ = State::line_start;
        return;
    }
    findings_.add(Finding::bare_cr);
    step_soft_start(c, out);
}

void DotUnstuffer::step_soft_start(char c, std::string* out) {
    if (c != '.') return step_text(c, out);
    emit(".", out);
    state_ = State::soft_dot;
}

void DotUnstuffer::step_soft_dot(char c, std::string* out) {
    if (c == '\r') {
        emit("\r", out);
        state_ = State::soft_dot_cr;
        return;
    }
    if (c == '\n') findings_.add(Finding::smuggled_end);
    step_text(c, out);
}

} // namespace smtpsim::smtp
