import type { Mutation } from "./apply.ts";

export const mutations: readonly Mutation[] = [];
