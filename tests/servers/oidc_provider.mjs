// A real OpenID provider (the certified `oidc-provider`) with one client and any account whose name is typed.
// Groups come from the account's name: "lea.therapist" is in the group "clinic-therapist". Its own development
// pages ask for the name. Arguments: folder of node_modules, port, redirect address, client id, client secret.
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const [modules, port, origin, clientId, secret] = process.argv.slice(2);
const entry = path.join(modules, 'oidc-provider', 'lib', 'index.js');
const { default: Provider } = await import(pathToFileURL(entry).href);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: clientId,
    client_secret: secret,
    redirect_uris: [`${origin}/auth/oidc/callback`],
    post_logout_redirect_uris: [`${origin}/auth/login?ended=1`],
    backchannel_logout_uri: `${origin}/auth/oidc/logout`,
    backchannel_logout_session_required: true,
  }],
  pkce: { required: () => true },
  claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  conformIdTokenClaims: false,
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  cookies: { keys: ['for tests only'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@provider.example`,
      email_verified: !id.startsWith('unproven'),
      name: id.split('.')[0].replace(/^./, (letter) => letter.toUpperCase()),
      groups: id.includes('.') ? [`clinic-${id.split('.')[1]}`, 'everyone'] : ['everyone'],
    }),
  }),
});
// It refuses to speak plain http to loopback addresses of its clients by default.
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
