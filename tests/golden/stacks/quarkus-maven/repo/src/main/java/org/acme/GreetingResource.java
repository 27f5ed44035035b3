package org.acme;

class GreetingResource {}
