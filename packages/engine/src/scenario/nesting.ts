/** Lists and mappings within each other that a text may have: a policy document as deep as can be, and the scenario around it. */
export const MAX_NESTING = 200;
