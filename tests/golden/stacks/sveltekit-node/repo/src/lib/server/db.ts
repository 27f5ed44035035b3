import { DATABASE_URL } from '$env/static/private';
import { env } from '$env/dynamic/private';
import postgres from 'postgres';

export const sql = postgres(DATABASE_URL, { max: Number(env.POOL_SIZE) });
