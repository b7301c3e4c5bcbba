// The Journal: numbers events and shows each to every view. Any thread may record.
#pragma once

#include "core/problem.hpp"
#include "sim/journal/event.hpp"

#include <mutex>
#include <vector>

namespace smtpsim::journal {

class View {
public:
    virtual ~View() = default;
    /// One thread at a time, under the Journal's lock; must not record. The event's texts end with
    /// the call.
    virtual void show(const Event& event) = 0;
    /// What show() has buffered is due: the conversation waits for its client. Called as show() is.
    virtual void flush() {}
};

/// Keeps messages. Called before the 250 is sent; on failure the client gets 452 instead.
class MessageStore {
public:
    virtual ~MessageStore() = default;
    /// Any thread. Errors: not kept; `what` is for a person.
    virtual Result<void> keep(const Message& message, std::uint64_t session, Tick at) = 0;
};

/// Where a view writes. Failures are the sink's to report; a view never stops a conversation.
class Sink {
public:
    virtual ~Sink() = default;
    /// Takes the octets, and may hold them back until flush().
    virtual void write(std::string_view octets) = 0;
    /// Writes out what is held back.
    virtual void flush() = 0;
    /// It takes octets more slowly than they come: a session that can wait should record no more.
    virtual bool is_full() const { return false; }
};

class Journal {
public:
    /// Before any other thread uses the journal. The view outlives it.
    void add(View& view) { views_.push_back(&view); }
    /// The same, and is_full() goes by the view's sink.
    void add(View& view, const Sink& sink) {
        add(view);
        sinks_.push_back(&sink);
    }
    bool on() const { return !views_.empty(); }
    /// Any thread. `session` 0: the run or its modem. Ticks may differ between sessions.
    void record(std::uint64_t session, Tick at, const Happening& what);
    /// Any thread: flushes every view.
    void flush();
    /// Any thread: a view's sink is.
    bool is_full() const;

private:
    std::vector<View*> views_;
    std::vector<const Sink*> sinks_;
    std::mutex mutex_;
    std::uint64_t recorded_ = 0;
};

} // namespace smtpsim::journal
