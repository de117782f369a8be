#!/usr/bin/env node
import '@simcash/cli/command';
