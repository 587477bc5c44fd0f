#ifndef GUEST_AGENT_CSHIMS_H
#define GUEST_AGENT_CSHIMS_H
int ga_shims_placeholder(void);
#endif
