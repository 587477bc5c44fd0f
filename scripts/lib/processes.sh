# Finding and ending the processes of a stack.
# shellcheck shell=bash

# Prints the process ids of the stack, whatever session, group or parent they have by now: the supervisor's children
# inherit GUEST_AGENT_STACK=RUN_DIR. Chromium writes its title, all arguments in one, over both its arguments and its
# environment, and is told by its profile instead.
# grep fails on every process that ends meanwhile, or is not ours to read.
stack_pids() {
    {
        grep --files-with-matches --null-data --line-regexp --fixed-strings \
            "GUEST_AGENT_STACK=$RUN_DIR" /proc/[0-9]*/environ || true
        grep --files-with-matches --null-data --fixed-strings \
            -e "--user-data-dir=$BROWSER_DIR/user-data" /proc/[0-9]*/cmdline || true
    } 2>/dev/null | cut -d/ -f3 | sort -u
}

# Ends every process of the stack: asks first, insists after two seconds. Prints one line when there were any.
end_leftovers() {
    local why=$1 pids names
    mapfile -t pids < <(stack_pids)
    ((${#pids[@]} > 0)) || return 0
    names=$(ps -o comm= -p "$(IFS=,; echo "${pids[*]}")" | sort | uniq | paste -sd ' ')
    say "ending ${#pids[@]} process(es) $why: $names"
    kill -TERM "${pids[@]}" 2>/dev/null || true
    for _ in {1..20}; do
        [[ -n $(stack_pids) ]] || return 0
        sleep 0.1
    done
    mapfile -t pids < <(stack_pids)
    kill -KILL "${pids[@]}" 2>/dev/null || true
}
