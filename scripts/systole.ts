#!/usr/bin/env node
import { main } from './cli.ts';
import { exitWith, guardStreams } from './standard-streams.ts';

guardStreams();
exitWith(await main(process.argv.slice(2)));
